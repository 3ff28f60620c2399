# One process; the schema is brought up by `migrate`, which is a command of its own: see docs/operations.md.
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 CITYTIES_VAR=/var/lib/cityties
RUN useradd --system --uid 10001 --no-create-home cityties \
 && install -d -o cityties -g cityties -m 0750 /var/lib/cityties
WORKDIR /srv/cityties

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY pyproject.toml ./
COPY migrations ./migrations
COPY seed ./seed
COPY static ./static
COPY templates ./templates
COPY app ./app
RUN python -m compileall -q app migrations seed

USER cityties
VOLUME /var/lib/cityties
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve", "--host", "0.0.0.0"]
