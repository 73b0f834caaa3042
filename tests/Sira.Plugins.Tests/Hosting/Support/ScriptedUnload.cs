using Sira.Plugins.Sources;

namespace Sira.Plugins.Tests.Hosting.Support;

/// <summary>An unloading that is over when a test says so; at once unless it says otherwise.</summary>
internal sealed class ScriptedUnload : PluginUnload
{
    public bool Done { get; set; } = true;

    public int Healed { get; private set; }

    public override bool IsComplete => Done;

    public override void Heal() => Healed++;
}
