"""What is told of layers to somebody who names none."""

from oldhand.surfaces.influence_text import lines
from tests.conftest import Project


def test_the_layer_that_is_told_unasked_names_the_others(project: Project) -> None:
    said = [line.text for line in lines("session_infer", project.call("session_infer"))]
    assert said[-1] == "Other layers: --layer together, corrections, sequences or workflow."
    asked = [line.text for line in lines("session_infer", project.call("session_infer", layer="workflow"))]
    assert not [one for one in asked if one.startswith("Other layers")]
