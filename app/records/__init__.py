"""What the pages of records share: whom a record concerns, what grew out of it, which sources disagree."""
