"""Why a rota is as it is: where people are missing, what stands in the way, and who would help."""
