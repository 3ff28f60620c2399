"""What may be said about following a partner."""

from typing import Annotated

from pydantic import Field

from app.schemas import Input, Name

Follower = Annotated[Name, Field(description="E-mail address of the account that follows.")]


class FollowIn(Input):
    """Who is to follow, by e-mail address: a program has no partners of its own."""

    user: Follower
