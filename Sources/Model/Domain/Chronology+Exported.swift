// Nearly every type of this target has times, so its importers need Chronology too.
@_exported public import Chronology
