// SPDX-License-Identifier: GPL-2.0-or-later
// The floating-point gate of the nested Xen bed: do the SSE registers survive preemption and system
// calls?
//
//   fpu_gate PROCESSES SECONDS
//
// Each process fills all sixteen registers with a pattern of its own, lets time pass (a spin long
// enough to be preempted in, or a system call that gives the processor away), and compares. Under
// Xen in QEMU without spec-ctrl=eager-fpu they do not survive; then nothing that any other test
// says can be believed. Exit code 0: every round was right; 1: some were not; 2: wrong use.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <unistd.h>

#include <sys/syscall.h>
#include <sys/wait.h>

namespace {

constexpr std::size_t kRegisters = 16;
constexpr std::size_t kWords = kRegisters * 2;
constexpr std::uint64_t kLongSpin = 4'000'000;
constexpr std::uint64_t kShortSpin = 20'000;
constexpr long kMostProcesses = 64;
constexpr long kMostSeconds = 3600;

struct alignas(16) Registers {
    std::array<std::uint64_t, kWords> words;
};

struct Count {
    std::uint64_t rounds = 0;
    std::uint64_t bad = 0;
};

// Loads all registers from `in`, spins, gives the processor away once, spins again and stores all
// registers to `out`, in one block of assembly: the compiler cannot use a register in between.
void keep_registers(const Registers& in, Registers& out, std::uint64_t spin)
{
    std::uint64_t number = SYS_sched_yield;
    asm volatile("movdqa 0x00(%[in]), %%xmm0\n movdqa 0x10(%[in]), %%xmm1\n movdqa 0x20(%[in]), "
                 "%%xmm2\n movdqa 0x30(%[in]), %%xmm3\n"
                 "movdqa 0x40(%[in]), %%xmm4\n movdqa 0x50(%[in]), %%xmm5\n movdqa 0x60(%[in]), "
                 "%%xmm6\n movdqa 0x70(%[in]), %%xmm7\n"
                 "movdqa 0x80(%[in]), %%xmm8\n movdqa 0x90(%[in]), %%xmm9\n movdqa 0xa0(%[in]), "
                 "%%xmm10\n movdqa 0xb0(%[in]), %%xmm11\n"
                 "movdqa 0xc0(%[in]), %%xmm12\n movdqa 0xd0(%[in]), %%xmm13\n movdqa 0xe0(%[in]), "
                 "%%xmm14\n movdqa 0xf0(%[in]), %%xmm15\n"
                 "mov %[spin], %%r8\n"
                 "1: dec %%r8\n jnz 1b\n"
                 "syscall\n"
                 "mov %[spin], %%r8\n"
                 "2: dec %%r8\n jnz 2b\n"
                 "movdqa %%xmm0, 0x00(%[out])\n movdqa %%xmm1, 0x10(%[out])\n movdqa %%xmm2, "
                 "0x20(%[out])\n movdqa %%xmm3, 0x30(%[out])\n"
                 "movdqa %%xmm4, 0x40(%[out])\n movdqa %%xmm5, 0x50(%[out])\n movdqa %%xmm6, "
                 "0x60(%[out])\n movdqa %%xmm7, 0x70(%[out])\n"
                 "movdqa %%xmm8, 0x80(%[out])\n movdqa %%xmm9, 0x90(%[out])\n movdqa %%xmm10, "
                 "0xa0(%[out])\n movdqa %%xmm11, 0xb0(%[out])\n"
                 "movdqa %%xmm12, 0xc0(%[out])\n movdqa %%xmm13, 0xd0(%[out])\n movdqa %%xmm14, "
                 "0xe0(%[out])\n movdqa %%xmm15, 0xf0(%[out])\n"
                 : "+a"(number)
                 : [in] "r"(&in), [out] "r"(&out), [spin] "r"(spin)
                 : "rcx", "r8", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
                   "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
                   "xmm14", "xmm15");
}

std::uint64_t next_pattern(std::uint64_t& state)
{  // splitmix64
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t value = state;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

Count keep_until(std::time_t end, std::uint64_t seed)
{
    Count count;
    Registers in{};
    Registers out{};
    while (std::time(nullptr) < end) {
        for (std::uint64_t& word : in.words)
            word = next_pattern(seed);
        keep_registers(in, out, count.rounds % 8 == 0 ? kLongSpin : kShortSpin);
        ++count.rounds;
        if (std::memcmp(&in, &out, sizeof in) != 0)
            ++count.bad;
    }
    return count;
}

long number_between(const char* text, long least, long most)
{
    char* end = nullptr;
    const long value = std::strtol(text, &end, 10);
    return *text != '\0' && *end == '\0' && value >= least && value <= most ? value : -1;
}

}  // namespace

int main(int argc, char** argv)
{
    const long processes = argc == 3 ? number_between(argv[1], 1, kMostProcesses) : -1;
    const long seconds = argc == 3 ? number_between(argv[2], 1, kMostSeconds) : -1;
    if (processes < 0 || seconds < 0) {
        std::fprintf(stderr, "usage: fpu_gate PROCESSES SECONDS\n");
        return 2;
    }
    std::array<int, 2> results{};
    if (pipe(results.data()) != 0) {
        std::perror("fpu_gate: pipe");
        return 2;
    }
    const std::time_t end = std::time(nullptr) + seconds;
    for (long i = 0; i < processes; ++i) {
        const pid_t child = fork();
        if (child < 0) {
            std::perror("fpu_gate: fork");
            return 2;
        }
        if (child == 0) {
            const Count count = keep_until(end, static_cast<std::uint64_t>(getpid()) * 0x10001U +
                                                    static_cast<std::uint64_t>(i));
            _exit(write(results[1], &count, sizeof count) == static_cast<ssize_t>(sizeof count)
                      ? 0
                      : 1);
        }
    }
    close(results[1]);
    Count sum;
    long answered = 0;
    for (Count count; read(results[0], &count, sizeof count) == static_cast<ssize_t>(sizeof count);
         ++answered) {
        sum.rounds += count.rounds;
        sum.bad += count.bad;
    }
    while (wait(nullptr) > 0) {
    }
    std::printf("fpu_gate: %llu rounds, %llu bad, %ld of %ld processes\n",
                static_cast<unsigned long long>(sum.rounds),
                static_cast<unsigned long long>(sum.bad), answered, processes);
    return sum.bad == 0 && sum.rounds > 0 && answered == processes ? 0 : 1;
}
