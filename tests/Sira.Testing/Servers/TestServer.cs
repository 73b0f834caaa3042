using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Sira.Testing.Servers;

/// <summary>A real server on loopback, started by <c>eng/servers/{name}.sh</c> with a port and a folder of its own. It ends with this process, however that ends: the script watches its standard input.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private const string Ready = "ready ";
    private const string Missing = "missing ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string name;
    private readonly string[] settings;
    private Process? process;

    private TestServer(string name, string[] settings)
    {
        this.name = name;
        this.settings = settings;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>The port, the same after a restart.</summary>
    public int Port { get; }

    /// <summary>The server's own folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("sira-server-").FullName;

    /// <summary>How to connect, as the script says it.</summary>
    public string ConnectionString { get; private set; } = string.Empty;

    /// <summary>Starts a server, and skips the test where it is not installed.</summary>
    /// <param name="name">The name of the script.</param>
    /// <param name="settings">What else the script is given, such as settings of the server.</param>
    public static async Task<TestServer> StartAsync(string name, params string[] settings)
    {
        var server = new TestServer(name, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again on what it has kept, after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(RepositoryRoot.Path, "eng", "servers", $"{name}.sh"), $"{Port}", Folder, .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var source = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(source.Token) is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                ConnectionString = line[Ready.Length..];
                return;
            }

            Assert.SkipWhen(line.StartsWith(Missing, StringComparison.Ordinal), $"{line[Math.Min(line.Length, Missing.Length)..]} is not installed; ./eng/test.sh --install does it.");
        }

        throw new InvalidOperationException($"The {name} server did not start: {await errors}");
    }

    /// <summary>Stops it as an administrator does, so that it keeps what it has.</summary>
    public async Task StopAsync()
    {
        if (process is { } running)
        {
            process = null;
            running.StandardInput.Close();
            await running.WaitForExitAsync();
            running.Dispose();
        }
    }

    /// <summary>Kills it with everything it has started, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (process is { } running)
        {
            process = null;
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync();
            running.Dispose();

            // That waits for the script alone. Whoever starts the server again must not find the old one at the port.
            using var source = new CancellationTokenSource(Patience);
            while (await ListensAsync(source.Token))
            {
                await Task.Delay(1, source.Token);
            }
        }
    }

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
