"""Ground, rock, plants, and what stands in the country."""
