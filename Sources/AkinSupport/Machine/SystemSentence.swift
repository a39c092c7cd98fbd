/// The system's text for an `errno`: `No such file or directory`.
package func systemSentence(_ number: Int32) -> String {
  // Safe: strerror returns a terminated text that is valid until this thread calls it again; it is copied here.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
