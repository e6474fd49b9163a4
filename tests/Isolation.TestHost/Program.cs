using Isolation.TestHost;

// Isolation.TestHost REPORT VERB ARGUMENTS...: an application with sandboxes that tests start under bad conditions and
// kill. REPORT is a file that is written at the end, or "-" for immediate output to standard output.
Report report = new(args[0]);
try
{
    // Writing the first line opens the descriptors of the console.
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
