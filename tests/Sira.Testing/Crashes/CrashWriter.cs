using System.Globalization;
using System.Text;
using Sira.Storage;

namespace Sira.Testing.Crashes;

/// <summary>The side that is killed: writes, and says on a stream what was acknowledged, one line <c>{worker} {step}</c> each.</summary>
public static class CrashWriter
{
    /// <summary>Writes for ever, going on where it stood.</summary>
    public static Task RunAsync(IStorageEngine engine, int workers, Stream output)
    {
        var gate = new Lock();
        return Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var steps = new CrashWorker(engine, worker);
            await steps.ResumeAsync();
            while (await steps.StepAsync())
            {
                var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{worker} {steps.Made}\n"));
                lock (gate)
                {
                    output.Write(line);
                    output.Flush();
                }
            }

            throw new InvalidOperationException($"The step behind {steps.Made} of worker {worker} was refused: its head and its stream do not fit.");
        })));
    }
}
