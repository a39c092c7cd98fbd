// Names are those of akin.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CAkin
import Akin
import AkinTool

@c @implementation
public func akin_index_open(_ path: UnsafePointer<CChar>?, _ index: UnsafeMutablePointer<akin_handle>?) -> Int32 {
  call {
    let place = unsafe try place(index, "index")
    register()
    unsafe place.pointee = Handles.open(.index(try IndexFile.open(text(path, "path"))))
  }
}

@c @implementation
public func akin_index_build(
  _ embeddings: akin_handle, _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ work: UnsafePointer<akin_work>?, _ index: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(index, "index")
    let file = try Handles.embeddings(embeddings)
    let target = unsafe try path == nil ? nil : text(path, "path")
    let built = try Tool.index(
      file, to: target, unsafe AkinC.options(options), execution: unsafe execution(work))
    unsafe place.pointee = Handles.open(.index(built))
  }
}

@c @implementation
public func akin_index_save(_ index: akin_handle, _ path: UnsafePointer<CChar>?, _ replaces: Int32) -> Int32 {
  call {
    guard let graph = try Handles.index(index) as? HNSWIndex else {
      throw CallError.otherKind(expected: "an index file", found: "a catalogue")
    }
    try graph.write(to: unsafe text(path, "path"), overwrite: replaces != 0)
  }
}

@c @implementation
public func akin_index_embeddings(_ index: akin_handle, _ embeddings: UnsafeMutablePointer<akin_handle>?) -> Int32 {
  call {
    let place = unsafe try place(embeddings, "embeddings")
    let index = try Handles.index(index)
    guard let file = try index.heldEmbeddings() else { throw CallError.holdsNoEmbeddings(path: index.path) }
    unsafe place.pointee = Handles.open(.embeddings(file))
  }
}

@c @implementation
public func akin_filter_where(
  _ handle: akin_handle, _ condition: UnsafePointer<CChar>?, _ filter: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(filter, "filter")
    let attributes = try searched(handle).attributes
    let condition = try FilterText(unsafe text(condition, "condition"))
    unsafe place.pointee = Handles.open(.filter(try condition.filter(over: attributes()).rowFilter))
  }
}

@c @implementation
public func akin_filter_rows(
  _ handle: akin_handle, _ bits: UnsafePointer<UInt64>?, _ rows: Int64, _ filter: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(filter, "filter")
    let count = try searched(handle).index.count
    let set = unsafe try AkinC.bits(bits, rows, "bits")
    guard set.capacity == count else { throw SearchError.filterMismatch(expected: count, found: set.capacity) }
    unsafe place.pointee = Handles.open(.filter(.only(set)))
  }
}

@c @implementation
public func akin_category_limit(
  _ handle: akin_handle, _ itemsPerCategory: Int64, _ limit: UnsafeMutablePointer<akin_handle>?
) -> Int32 {
  call {
    let place = unsafe try place(limit, "limit")
    let made = try CategoryLimit(Int(clamping: itemsPerCategory), of: try searched(handle).attributes())
    unsafe place.pointee = Handles.open(.categoryLimit(made))
  }
}

@c @implementation
public func akin_filter_count(_ filter: akin_handle, _ allowed: UnsafeMutablePointer<Int64>?) -> Int32 {
  call {
    let place = unsafe try place(allowed, "allowed")
    unsafe place.pointee = Int64(try Handles.filter(filter).allowedCount)
  }
}
