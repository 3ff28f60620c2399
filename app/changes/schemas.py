"""What may be said about following a partner."""

from app.schemas import Input, Name


class FollowIn(Input):
    """Who is to follow, by e-mail address: a program has no partners of its own."""

    user: Name
