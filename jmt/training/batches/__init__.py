"""What a step is made of: the examples of a task, drawn, varied, and computed whole or in parts."""
