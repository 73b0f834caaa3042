namespace Sira.Kernel.Plugins;

/// <summary>What a plugin does with topics.</summary>
public enum TopicUse
{
    /// <summary>Publishes to them.</summary>
    Publish,

    /// <summary>Subscribes to them.</summary>
    Subscribe,

    /// <summary>Makes requests.</summary>
    Request,

    /// <summary>Answers requests.</summary>
    Respond,
}
