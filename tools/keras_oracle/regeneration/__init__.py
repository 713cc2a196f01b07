"""What a regeneration changes, who accepted it, and what keeps its bytes."""
