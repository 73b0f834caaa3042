global using Sira.Kernel.Health.Detection;
global using Sira.Kernel.Health.Probing;
global using static HealthContext;

internal static class HealthContext
{
    public static Task<int> QueueLengthAsync(Uri address, CancellationToken token) => Task.FromResult(0);
}
