"""The red grid: daily check-ins, who has not been heard from, cells and their leads."""
