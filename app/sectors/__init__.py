"""Fields of cooperation and the policy areas above them."""
