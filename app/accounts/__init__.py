"""Users: sign-in and out, and the page where admins keep the accounts."""
