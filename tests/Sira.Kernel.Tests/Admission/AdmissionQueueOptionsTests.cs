using Sira.Kernel.Admission;
using Sira.Kernel.Configuration;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Admission;

public sealed class AdmissionQueueOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid()
    {
        var errors = new ConfigurationErrors();
        AdmissionQueueOptions.Default.Validate("X", errors);
        Assert.Empty(errors.Items);
        Assert.Equal((1000, TimeSpan.FromSeconds(30)), (AdmissionQueueOptions.Default.MaximumLength, AdmissionQueueOptions.Default.MaximumWait));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    [InlineData(1_000_001, 3_000_000)]
    public void Validate_EveryMistake_IsNamed(int length, double seconds)
    {
        var errors = new ConfigurationErrors();
        var options = new AdmissionQueueOptions { MaximumLength = length, MaximumWait = TimeSpan.FromSeconds(seconds) };
        options.Validate("Sira:X", errors);

        Assert.Equal(["Sira:X:MaximumLength", "Sira:X:MaximumWait"], errors.Items.Select(error => error.Path));
        Assert.Throws<SiraConfigurationException>(() => new AdmissionQueue(options, new VirtualTimeProvider()));
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, new VirtualTimeProvider());
        Assert.Throws<SiraConfigurationException>(() => queue.Reconfigure(options));
        Assert.Same(AdmissionQueueOptions.Default, queue.Options);
    }
}
