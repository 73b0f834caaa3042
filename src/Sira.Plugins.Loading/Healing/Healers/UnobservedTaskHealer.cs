namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Removes handlers of TaskScheduler.UnobservedTaskException.</summary>
internal sealed class UnobservedTaskHealer : EventHealer
{
    public UnobservedTaskHealer() =>
        Add<EventHandler<UnobservedTaskExceptionEventArgs>>(typeof(TaskScheduler), nameof(TaskScheduler.UnobservedTaskException), static (_, handler) => TaskScheduler.UnobservedTaskException -= handler);

    public override string Heals => "handlers of unobserved exceptions of tasks";
}
