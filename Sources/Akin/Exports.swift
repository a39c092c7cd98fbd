// What `import Akin` gives: the files, the two indexes and their words.

@_exported import AkinExhaustive
@_exported import AkinFiles
@_exported import AkinHNSW
@_exported import AkinVectors

@_exported import struct AkinTraining.UserFoldIn
@_exported import enum AkinTraining.FoldInError

import AkinSupport

/// How a long piece of work runs: threads, progress, cancellation.
public typealias Execution = AkinSupport.Execution
/// One report of progress.
public typealias ProgressEvent = AkinSupport.ProgressEvent
/// A switch that stops long work.
public typealias Cancellation = AkinSupport.Cancellation
/// The caller cancelled the work.
public typealias Cancelled = AkinSupport.Cancelled
/// What every error of Akin is.
public typealias AkinError = AkinSupport.AkinError
/// Which kind of trouble an error is.
public typealias TroubleKind = AkinSupport.TroubleKind
/// Why an output was not written.
public typealias OutputError = AkinSupport.OutputError
/// A JSON value: provenance and metadata.
public typealias JSONValue = AkinSupport.JSONValue
