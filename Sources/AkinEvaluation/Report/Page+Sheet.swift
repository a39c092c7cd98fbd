extension Page {
  /// The style sheet. Colours are a palette for all kinds of colour vision (Okabe and Ito 2008), adjusted to the background.
  static let sheet = """
    :root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d1f23; --soft: #62676f; --line: #e3e4e6;
      --best: #e8f1fb; --c0: #0067b1; --c1: #c65300; --c2: #8a8f98; --c3: #008a63; --c4: #b0559a; --c5: #9a7b00;
      --c6: #b3261e; --c7: #007c91; --c8: #7a5230; --c9: #4b5563; }
    @media (prefers-color-scheme: dark) { :root { --page: #15171a; --card: #1d2024; --ink: #e8eaed; --soft: #9aa1ab;
      --line: #33373d; --best: #1d3147; --c0: #5eb1f2; --c1: #f08c3e; --c2: #8a919c; --c3: #35c79a; --c4: #dd8fc7;
      --c5: #dcbd3e; --c6: #ff8a80; --c7: #4dd0e1; --c8: #c9a27a; --c9: #c7ccd4; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    main { max-width: 1120px; margin: 0 auto; padding: 2.2rem 1.4rem 4rem; }
    h1 { font-size: 1.65rem; line-height: 1.2; margin: 0 0 .8rem; letter-spacing: -.01em; }
    h2 { font-size: 1.12rem; margin: 2.2rem 0 .7rem; }
    h3 { font-size: .95rem; margin: 0 0 .5rem; }
    .lead { font-size: 1.05rem; max-width: 46em; margin: 0 0 1.1rem; }
    .legend span { margin-right: 1.3rem; white-space: nowrap; }
    .key { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .45rem;
      vertical-align: -.06rem; background: var(--series); }
    .s0 { --series: var(--c0); } .s1 { --series: var(--c1); } .s2 { --series: var(--c2); }
    .s3 { --series: var(--c3); } .s4 { --series: var(--c4); } .s5 { --series: var(--c5); }
    .s6 { --series: var(--c6); } .s7 { --series: var(--c7); } .s8 { --series: var(--c8); }
    .s9 { --series: var(--c9); }
    .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { padding: .34rem .9rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
    thead th { border-top: 0; font-weight: 600; padding-top: .6rem; padding-bottom: .5rem; }
    th:first-child { text-align: left; font-weight: 500; }
    td small { color: var(--soft); }
    td.best { background: var(--best); font-weight: 600; }
    td.none { color: var(--soft); }
    .note, figcaption { color: var(--soft); font-size: .86rem; }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 1.1rem;
      margin-top: 2rem; }
    figure { margin: 0; padding: 1rem 1.1rem .9rem; background: var(--card); border: 1px solid var(--line);
      border-radius: 10px; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--soft); font-size: 14px; font-family: inherit; }
    .grid { stroke: var(--line); stroke-width: 1; }
    .line { fill: none; stroke: var(--series); stroke-width: 2.2; stroke-linejoin: round; }
    .dashed { stroke-dasharray: 6 4; }
    .band { fill: var(--series); opacity: .14; }
    .dot, .bar { fill: var(--series); }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.4rem; margin: 0; }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    .terms { max-width: 60em; padding-left: 1.2rem; }
    .terms li { margin: .25rem 0; }
    """
}
