"""The pages of the gates, and what the devices ask for."""
