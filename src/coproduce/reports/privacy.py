"""What reports hold about people."""

from coproduce.people.personal import EMPTY, Personal

PERSONAL = {"KeptAccount": (Personal("kept_by", EMPTY, empties=("note",)),)}
NOT_PERSONAL = {"Analysis": "numbers about groups, small ones joined; what they were counted from is not in it"}
