// Times are part of nearly every noun here; whoever speaks of images speaks of them too.
@_exported public import Chronology
