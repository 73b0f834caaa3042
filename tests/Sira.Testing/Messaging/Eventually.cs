namespace Sira.Testing.Messaging;

/// <summary>Waits for what other threads bring about, by looking again and again.</summary>
public static class Eventually
{
    // A guard against a hanging test, never waited for when it passes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for the error.</param>
    /// <returns>A task that ends then.</returns>
    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until a condition holds that has to be asked for.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, for the error.</param>
    /// <returns>A task that ends then.</returns>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var turns = 0; !await condition(); turns++)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"This never came: {what}.");
            }

            await Task.Yield();
            if (turns % 100 == 99)
            {
                await Task.Delay(1);
            }
        }
    }
}
