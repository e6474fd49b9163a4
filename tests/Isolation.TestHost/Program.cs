using Isolation.TestHost;

// Isolation.TestHost REPORT VERB ARGUMENTS...: a host of sandboxes that tests start, put into bad circumstances, and
// kill. REPORT is a file that is written at the end, or "-" for lines on standard output as they come.
Report report = new(args[0]);
try
{
    // What the console opens is open from here on.
    report.Add("begins");
    await Verbs.RunAsync(report, args[1], args[2..]);
    report.Add("done");
    return 0;
}
catch (Exception exception)
{
    report.Add($"failed {exception}");
    return 1;
}
finally
{
    report.Close();
}
