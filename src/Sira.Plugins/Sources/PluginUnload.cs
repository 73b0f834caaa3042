namespace Sira.Plugins.Sources;

/// <summary>How the unloading of a plugin's code stands. It holds nothing of the plugin.</summary>
public abstract class PluginUnload
{
    /// <summary>Gets the unloading of code that is part of the host, which is over at once because it never happens.</summary>
    public static PluginUnload None { get; } = new Done();

    /// <summary>Gets a value indicating whether the code is gone from memory.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Helps the unloading along where it is known what keeps the code alive. Called again and again until it is gone.</summary>
    public abstract void Heal();

    private sealed class Done : PluginUnload
    {
        public override bool IsComplete => true;

        public override void Heal()
        {
        }
    }
}
