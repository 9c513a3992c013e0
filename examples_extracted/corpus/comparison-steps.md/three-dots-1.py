"start, middle, end"
"start, middle, end"
