using Sira.Plugins.Sources;

namespace Sira.Plugins.Tests.Hosting.Support;

/// <summary>An unloading that is over when a test says so; at once unless it says otherwise.</summary>
internal sealed class ScriptedUnload : PluginUnload
{
    public bool Done { get; set; } = true;

    /// <summary>Gets or sets the heal that ends it.</summary>
    public int DoneAt { get; set; } = int.MaxValue;

    public int Healed { get; private set; }

    public override bool IsComplete => Done;

    public override void Heal() => Done = ++Healed >= DoneAt || Done;
}
