/// What the system says about an `errno`: `No such file or directory`.
package func systemSentence(_ number: Int32) -> String {
  // Safe: strerror returns a terminated text that stays until this thread's next call of it, and it is copied here.
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}
