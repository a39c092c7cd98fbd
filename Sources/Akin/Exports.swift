// What `import Akin` gives: the files, the indexes, their common types, and how long work runs and fails.

@_exported import AkinCatalogue
@_exported import AkinExhaustive
@_exported import AkinFiles
@_exported import AkinHNSW
@_exported import AkinSupport
@_exported import AkinVectors

@_exported import struct AkinTraining.UserFoldIn
@_exported import enum AkinTraining.FoldInError
