"""SKM: users' answers, the official index and what stands behind it."""
