"""The checks that a lab can name, one file each. `grader/checks/` judges them."""
