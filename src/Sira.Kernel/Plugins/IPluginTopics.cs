namespace Sira.Kernel.Plugins;

/// <summary>Which topics of the message bus a plugin may use. In its container; what the plugin declares is checked by it before it comes into force.</summary>
public interface IPluginTopics
{
    /// <summary>Says why the plugin may not use topics.</summary>
    /// <param name="use">What for.</param>
    /// <param name="topics">A topic's name, a pattern, or the name of a request.</param>
    /// <returns>What is missing, and what to add where; <see langword="null"/> when it may.</returns>
    TopicRefusal? Refuse(TopicUse use, string topics);
}
