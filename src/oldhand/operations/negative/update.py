"""The operation `negative update`."""

from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.reasoning.updating_negative import NegativeUpdated
from oldhand.reasoning.updating_negative import update as update_negative


@operation(WRITE)
def update(memory: Memory) -> NegativeUpdated:
    """Derive what did not work from decisions that failed and from sessions, and what telling it did

    A decision that failed or was reverted becomes negative knowledge with the commits that show it; what sessions
    gave up for a reason is kept weakly, and told to who asks only. Sessions that were told of something and then left
    it alone, or did it all the same, are counted; what rests on a dependency or on code that changed is marked as
    worth another try. Run again it changes nothing while nothing changed. `init` reads
    what the project's own history shows.
    """
    done = update_negative(memory)
    memory.trace_detail = {"root": done.root}
    return done
