/// Seconds since 1970-01-01 00:00 UTC of a date `2026-11-21`, optionally followed by `T05`, `T05:06` or ` 05:06:45`, fractions of a
/// second behind a point or a comma, and an offset `Z`, `UTC`, `+02:00`, `-0530` or `+02`, or of ISO 8601's basic form,
/// `20261121T050645Z`; `nil` for any other text. Without an offset the time is UTC.
package func secondsOfDate(_ text: String) -> Double? {
  if let text = extendedForm(text) { return secondsOfDate(text) }
  let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == "t" || $0 == " " }
  let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
  guard date.count == 3, let year = digits(date[0], 4), let month = digits(date[1], 2), let day = digits(date[2], 2),
    (1...12).contains(month), day >= 1, day <= daysInMonth(year: year, month: month)
  else { return nil }
  var seconds = Double(days(year: year, month: month, day: day)) * 86_400
  guard parts.count == 2 else { return seconds }
  guard let (time, offset) = splitOffset(parts[1]) else { return nil }
  seconds -= offset
  let clock = time.split(separator: ":", omittingEmptySubsequences: false)
  guard clock.count <= 3 else { return nil }
  guard let hour = digits(clock[0], 2), hour < 24, let minute = clock.count > 1 ? digits(clock[1], 2) : 0, minute < 60
  else { return nil }
  seconds += Double(hour * 3600 + minute * 60)
  guard clock.count == 3 else { return seconds }
  let second = clock[2].split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
  guard let whole = digits(second[0], 2), whole <= 60 else { return nil }
  seconds += Double(whole)
  if second.count == 2 {
    guard second[1].count <= 9, let fraction = digits(second[1], second[1].count) else { return nil }
    var scale = 1.0
    for _ in second[1] { scale *= 10 }
    seconds += Double(fraction) / scale
  }
  return seconds
}

/// The extended form of a date and a time of day in ISO 8601's basic form, `20261121T0506` or `20261121T050645`; `nil` for others.
private func extendedForm(_ text: String) -> String? {
  let bytes = Array(text.utf8)
  guard bytes.count > 12, bytes[8] | 0x20 == 0x74, bytes[..<8].allSatisfy({ (0x30...0x39).contains($0) }) else {
    return nil
  }
  let clock = bytes[9...].prefix { (0x30...0x39).contains($0) }
  guard clock.count == 4 || clock.count == 6 else { return nil }
  func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
  let pairs = stride(from: 9, to: 9 + clock.count, by: 2).map { part($0..<$0 + 2) }
  return
    "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(pairs.joined(separator: ":"))\(part(9 + clock.count..<bytes.count))"
}

/// The time of day before an offset, and the offset in seconds; `nil` for an offset that cannot be read.
private func splitOffset(_ text: Substring) -> (time: Substring, offset: Double)? {
  for word in ["Z", "z", " UTC", " GMT"] where text.hasSuffix(word) { return (text.dropLast(word.count), 0) }
  guard let place = text.firstIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, 0) }
  let time = text[..<place]
  let spelled = Substring(text[text.index(after: place)...].filter { $0 != ":" })
  guard spelled.utf8.count == 2 || spelled.utf8.count == 4, let hours = digits(spelled.prefix(2), 2), hours < 24,
    let minutes = spelled.utf8.count == 2 ? 0 : digits(spelled.suffix(2), 2), minutes < 60
  else { return nil }
  let offset = Double(hours * 3600 + minutes * 60)
  return (time.last == " " ? time.dropLast() : time, text[place] == "-" ? -offset : offset)
}

/// The number of exactly `count` decimal digits; `nil` for any other text.
private func digits(_ text: Substring, _ count: Int) -> Int? {
  guard count > 0, text.utf8.count == count, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
  return Int(text)
}

private func daysInMonth(year: Int, month: Int) -> Int {
  if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
  return [4, 6, 9, 11].contains(month) ? 30 : 31
}

/// Days since 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last day.
private func days(year: Int, month: Int, day: Int) -> Int {
  let year = month <= 2 ? year - 1 : year
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  // January and February of year 0 have the year −1: add 400 years and subtract their days.
  let shifted = year + 400
  return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468 - 146_097
}

/// The date, and the time of day unless it is midnight, of seconds since 1970-01-01 00:00 UTC: `2026-11-21T05:06:45Z`. The
/// number itself outside of the years 0 to 9999.
package func dateOfSeconds(_ seconds: Double) -> String {
  guard seconds.isFinite, (-62_167_219_200..<253_402_300_800).contains(seconds) else { return "\(seconds)" }
  let whole = Int(seconds.rounded(.down))
  let secondOfDay = ((whole % 86_400) + 86_400) % 86_400
  // Days since 1 March of year 0, in eras of 400 years.
  let day = (whole - secondOfDay) / 86_400 + 719_468
  let era = (day >= 0 ? day : day - 146_096) / 146_097
  let dayOfEra = day - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let month = (5 * dayOfYear + 2) / 153
  func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
  let number = month < 10 ? month + 3 : month - 9
  let year = yearOfEra + era * 400 + (number <= 2 ? 1 : 0)
  let date = "\(padded(year, 4))-\(padded(number, 2))-\(padded(dayOfYear - (153 * month + 2) / 5 + 1, 2))"
  if secondOfDay == 0 { return date }
  let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
  return "\(date)T\(clock.joined(separator: ":"))Z"
}
