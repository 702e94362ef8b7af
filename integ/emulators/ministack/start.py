"""MiniStack, and what our service rests on that it does not know: each module here adds that of one service."""
import content_delivery  # noqa: F401
import storage  # noqa: F401
import tables  # noqa: F401
from ministack.app import main

if __name__ == "__main__":
    main()
