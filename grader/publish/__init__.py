"""From a lesson's source to what students open.

source     read solutions/<lesson>/lesson.py          twins      English and Vietnamese say the same
notebook   cells -> nbgrader source            release    nbgrader generate_assignment, in both languages
facts      every number of the prose is borne out by a fact beside it, in both languages (claims, numbers)
packs      the public half of the checks       leaks      no answer survives
lint       what a lesson still lacks (hints, exercises, contract)
solved     executed notebooks for instructors  drift      is what is committed what would be built?
"""
