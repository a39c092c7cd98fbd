// What `import Akin` gives: the files, the two indexes and their words.

@_exported import AkinExhaustive
@_exported import AkinFiles
@_exported import AkinHNSW
@_exported import AkinVectors

@_exported import struct AkinTraining.UserFoldIn
@_exported import enum AkinTraining.FoldInError

import AkinSupport

/// The execution of long work: threads, progress and cancellation.
public typealias Execution = AkinSupport.Execution
/// One progress event.
public typealias ProgressEvent = AkinSupport.ProgressEvent
/// A handle that cancels long work.
public typealias Cancellation = AkinSupport.Cancellation
/// The error of cancelled work.
public typealias Cancelled = AkinSupport.Cancelled
/// The protocol of all errors of Akin.
public typealias AkinError = AkinSupport.AkinError
/// The kind of an error.
public typealias TroubleKind = AkinSupport.TroubleKind
/// An error of writing an output file.
public typealias OutputError = AkinSupport.OutputError
/// A JSON value: provenance and metadata.
public typealias JSONValue = AkinSupport.JSONValue
