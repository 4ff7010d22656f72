"""From runs to a comparison of policies."""
