namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Where a plugin does something.</summary>
public enum BehaviourPlace
{
    /// <summary>When it is configured.</summary>
    Configure,

    /// <summary>When it is started.</summary>
    Start,

    /// <summary>In a call of a backend of its.</summary>
    Call,
}
