using Sira.Kernel.Resources.Machine;

namespace Sira.Kernel.Tests.Resources.Machine;

public sealed class MachineProbeTests
{
    private static readonly long Counted = Environment.ProcessorCount * 1000L;
    private static readonly long Available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    [Fact]
    public void Probe_NoFiles_IsWhatTheRuntimeSays()
    {
        var found = new MachineProbe(new FileTree()).Probe();

        Assert.Equal((Counted, Available, 0), (found.MilliCpus, found.MemoryBytes, found.Gpus.Count));
    }

    [Fact]
    public void Probe_ThisMachine_FindsSomething()
    {
        var found = new MachineProbe().Probe();

        Assert.InRange(found.MilliCpus, 1, Counted);
        Assert.InRange(found.MemoryBytes, 1, Available);
    }

    [Theory]
    [InlineData("/sys/fs/cgroup/app/job/cpu.max", "50000 100000\n", 500)]
    [InlineData("/sys/fs/cgroup/app/cpu.max", "25000 100000", 250)]
    [InlineData("/sys/fs/cgroup/cpu.max", "1 100000000", 1)]
    [InlineData("/sys/fs/cgroup/app/job/cpu.max", "max 100000", -1)]
    [InlineData("/sys/fs/cgroup/app/job/cpu.max", "garbage", -1)]
    [InlineData("/sys/fs/cgroup/app/job/cpu.max", "99999999999999999999 0", -1)]
    public void Probe_ControlGroupVersion2_HonoursTheLeastOnTheWayUp(string file, string content, long expected)
    {
        var found = new MachineProbe(new FileTree { ["/proc/self/cgroup"] = "0::/app/job\n", [file] = content }).Probe();

        Assert.Equal(expected < 0 ? Counted : expected, found.MilliCpus);
    }

    [Fact]
    public void Probe_ControlGroupVersion2Memory_HonoursTheLeast()
    {
        var found = new MachineProbe(new FileTree
        {
            ["/proc/self/cgroup"] = "0::/app/job\n",
            ["/sys/fs/cgroup/app/job/memory.max"] = "max\n",
            ["/sys/fs/cgroup/app/memory.max"] = "4096\n",
        }).Probe();

        Assert.Equal(4096, found.MemoryBytes);
    }

    [Fact]
    public void Probe_ControlGroupVersion1_IsHonoured()
    {
        var found = new MachineProbe(new FileTree
        {
            ["/proc/self/cgroup"] = "5:memory:/app\n4:cpu,cpuacct:/app\n1:name=systemd:/init\n",
            ["/sys/fs/cgroup/cpu/app/cpu.cfs_quota_us"] = "75000",
            ["/sys/fs/cgroup/cpu/app/cpu.cfs_period_us"] = "100000",
            ["/sys/fs/cgroup/memory/app/memory.limit_in_bytes"] = "8192",
        }).Probe();

        Assert.Equal((750L, 8192L), (found.MilliCpus, found.MemoryBytes));
    }

    [Fact]
    public void Probe_Gpus_AreFoundByTheFilesOfTheirDrivers()
    {
        var found = new MachineProbe(new FileTree
        {
            ["/proc/driver/nvidia/gpus/0000:65:00.0/information"] = "Model: \t\t NVIDIA A100-SXM4-40GB\nIRQ:   \t\t 87\n",
            ["/sys/class/drm/card0/device/vendor"] = "0x1002\n",
            ["/sys/class/drm/card0/device/uevent"] = "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n",
            ["/sys/class/drm/card0/device/mem_info_vram_total"] = "17163091968\n",
            ["/sys/class/drm/card0-DP-1/status"] = "connected",
            ["/sys/class/drm/card1/device/vendor"] = "0x8086\n",
            ["/sys/class/drm/card2/device/vendor"] = "0x10de\n",
        }).Probe();

        Assert.Equal([new GpuDevice("0000:65:00.0", "NVIDIA A100-SXM4-40GB", null), new GpuDevice("0000:03:00.0", "AMD GPU", 17163091968)], found.Gpus);
    }
}
