using System.Text.Json.Nodes;
using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.State;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>State that does not belong to the running sandbox is refused, and what has ended is removed.</summary>
public sealed class LyingStateTests : DetachedFixture
{
    [Test]
    public async Task A_state_of_another_boot_is_removed()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state["init"]!["bootId"] = "00000000-0000-0000-0000-000000000000";
        await WithStateAsync(sandbox, state, async () =>
        {
            Assert.That(await Application().ListAsync(), Is.Empty);
            Assert.That(Directory.Exists($"{States}/{sandbox.Id}"), Is.False);
        });
    }

    [Test]
    public async Task A_process_id_that_was_reused_is_refused()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state["init"]!["startTime"] = "1";

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, "has ended"));
    }

    [Test]
    public async Task A_process_that_is_not_the_init_is_refused()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        ProcessIdentity self = ProcessIdentity.Of(Environment.ProcessId);
        state["init"]!["processId"] = self.ProcessId;
        state["init"]!["startTime"] = self.StartTime;

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, "listens there"), isKept: true);
    }

    [TestCase("userId", 4_000_000, "it is of user 4000000")]
    [TestCase("protocol", 99, "version 99 of the protocol")]
    public async Task Another_user_or_version_is_refused(string member, int value, string message)
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state[member] = value;

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, message), isKept: true);
    }

    [Test]
    public async Task Another_id_is_refused()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state["id"] = "other";

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, "of the sandbox other"), isKept: true);
    }

    [Test]
    public async Task Another_PID_namespace_is_refused()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state["init"]!["pidNamespace"] = "pid:[1]";

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, "another PID namespace"), isKept: true);
    }

    [Test]
    public async Task A_wrong_secret_is_refused_and_the_sandbox_stays_attachable()
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        state["secret"] = Convert.ToBase64String(new byte[16]);

        await WithStateAsync(sandbox, state, () => RefusedAsync(sandbox.Id, "connection"), isKept: true);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("{\"protocol\":1}")]
    [TestCase("not JSON")]
    public async Task A_damaged_state_is_refused(string content)
    {
        (ISandbox sandbox, JsonObject state) = await LeaveAsync();
        string file = $"{States}/{sandbox.Id}/state.json";
        File.WriteAllText(file, content);
        await RefusedAsync(sandbox.Id, "JSON");
        File.WriteAllText(file, state.ToJsonString());
    }

    [TestCase("exits")]
    [TestCase("specification.json")]
    [TestCase("report.json")]
    public async Task A_missing_part_is_refused_and_named(string file)
    {
        (ISandbox sandbox, _) = await LeaveAsync();
        string path = $"{States}/{sandbox.Id}/{file}", kept = Shared.At("kept");
        File.Move(path, kept);

        await RefusedAsync(sandbox.Id, file);

        File.Move(kept, path);
        await using ISandbox again = await Application().AttachAsync(sandbox.Id);
        Assert.That(await again.OutputAsync("echo whole"), Is.EqualTo("whole"));
    }

    [Test]
    public async Task A_sandbox_whose_init_was_killed_is_removed()
    {
        (ISandbox sandbox, _) = await LeaveAsync();
        int pidfd = Processes.Open(sandbox.ProcessId);
        Kernel.kill(sandbox.ProcessId, (int)UnixSignal.SIGKILL);

        Assert.That(Processes.HasEnded(pidfd));
        await RefusedAsync(sandbox.Id, "has ended");
        Assert.That(Directory.GetDirectories(States), Is.Empty);
        await RefusedAsync(sandbox.Id, "does not contain it");
    }

    [TestCase("../other")]
    [TestCase(".hidden")]
    [TestCase("a/b")]
    [TestCase("a b")]
    public async Task An_id_that_is_no_file_name_is_an_error(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Application().AttachAsync(id));

    [Test]
    public async Task A_state_directory_that_others_may_write_is_refused()
    {
        Directory.CreateDirectory(States);
        File.SetUnixFileMode(States, HostDirectory.Everybody);

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Application().CreateAsync(Specification)))!;
        Assert.That(refusal.Message, Does.Contain("accessible to others"));
        File.SetUnixFileMode(States, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Leaves a sandbox, and reads its state.</summary>
    private async Task<(ISandbox Sandbox, JsonObject State)> LeaveAsync()
    {
        ISandbox sandbox = await Application().CreateAsync(Specification);
        await sandbox.DisposeAsync();
        return (sandbox, JsonNode.Parse(File.ReadAllText($"{States}/{sandbox.Id}/state.json"))!.AsObject());
    }

    /// <summary>
    /// Acts with a changed state, and then shows that the true one still works, or ends what was forgotten.
    /// </summary>
    private async Task WithStateAsync(ISandbox sandbox, JsonObject state, Func<Task> act, bool isKept = false)
    {
        string file = $"{States}/{sandbox.Id}/state.json", before = File.ReadAllText(file);
        File.WriteAllText(file, state.ToJsonString());
        await act();
        if (isKept)
        {
            File.WriteAllText(file, before);
            await using ISandbox again = await Application().AttachAsync(sandbox.Id);
            Assert.That(await again.OutputAsync("echo undisturbed"), Is.EqualTo("undisturbed"));
        }
        else
        {
            Kernel.kill(sandbox.ProcessId, (int)UnixSignal.SIGKILL);
        }
    }

    private async Task RefusedAsync(string id, string message)
    {
        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Application().AttachAsync(id)))!;
        Assert.That(refusal.Message, Does.Contain(message));
    }
}
