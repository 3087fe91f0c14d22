"""Write down what the core makes of each story, and forget stories that are no more."""

from tests.stories import golden, read, stories, told_by_the_core, written

kept = set()
for story in stories():
    page = golden(story)
    page.parent.mkdir(exist_ok=True)
    page.write_text(written(told_by_the_core(read(story))), "utf-8")
    kept.add(page)
for page in golden(stories()[0]).parent.glob("*.json"):
    if page not in kept:
        page.unlink()
