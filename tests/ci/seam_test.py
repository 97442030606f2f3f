#!/usr/bin/env python3
"""ci/check-seam: a planted breach for every rule, and the legal code that looks like one."""

import re
import unittest

from planted import CheckTest, repository

# One line each: rule, breach.
BREACHES = [
    ('clock', 'auto t = std::chrono::steady_clock::now();'),
    ('clock', 'auto t = std::chrono::system_clock::now();'),
    ('clock', 'clock_gettime(CLOCK_MONOTONIC, &ts);'),
    ('clock', 'gettimeofday(&tv, nullptr);'),
    ('clock', 'auto t = time(nullptr);'),
    ('clock', 'auto t = ::time(&x);'),
    ('clock', 'auto t = std::clock();'),
    ('clock', 'uint64_t t = __rdtsc();'),
    ('clock', 'const char* built = __DATE__;'),
    ('sleep', 'std::this_thread::sleep_for(d);'),
    ('sleep', 'usleep(10);'),
    ('sleep', '::sleep(1);'),
    ('thread', '#include <thread>'),
    ('thread', 'std::thread t(f);'),
    ('thread', 'std::mutex m;'),
    ('thread', 'auto f = std::async(g);'),
    ('thread', 'pthread_create(&t, nullptr, f, nullptr);'),
    ('thread', 'if (::fork() == 0) run();'),
    ('thread', 'std::system("true");'),
    ('thread-local', 'thread_local int depth = 0;'),
    ('thread-local', 'extern __thread int depth;'),
    ('atomic', 'std::atomic<int> n{0};'),
    ('atomic', '#include <atomic>'),
    ('atomic', '__atomic_fetch_add(&n, 1, 0);'),
    ('socket', 'int fd = ::socket(AF_INET, SOCK_STREAM, 0);'),
    ('socket', '::connect(fd, a, n);'),
    ('socket', 'epoll_wait(fd, e, 1, 0);'),
    ('socket', 'getaddrinfo("x", nullptr, &h, &r);'),
    ('random', 'std::random_device d;'),
    ('random', 'std::mt19937_64 g(1);'),
    ('random', '#include <random>'),
    ('random', 'std::uniform_int_distribution<int> d(0, 9);'),
    ('random', 'std::shuffle(a, b, g);'),
    ('random', 'int x = rand();'),
    ('random', 'int x = std::rand() % 6;'),
    ('random', 'srand(1);'),
    ('random', 'getrandom(p, n, 0);'),
    ('environment', 'const char* e = std::getenv("HOME");'),
    ('environment', 'const char* e = getenv("HOME");'),
    ('environment', 'std::locale::global(l);'),
    ('environment', 'int n = std::thread_hardware(), m = hardware_concurrency();'),
    ('file', 'std::ifstream in(path);'),
    ('file', '#include <fstream>'),
    ('file', 'FILE* f = fopen(path, "r");'),
    ('file', 'std::fprintf(stderr, "x");'),
    ('file', 'printf("x");'),
    ('file', 'std::cout << 1;'),
    ('file', '#include <iostream>'),
    ('file', 'fmt::print("x");'),
    ('file', 'if (std::filesystem::exists(p)) f();'),
    ('file', '::write(2, p, n);'),
    ('float', 'double d = std::pow(x, 0.5);'),
    ('float', 'double d = std::log(x);'),
    ('float', 'double d = pow(x, y);'),
    ('float', 'double d = strtod(p, &e);'),
    ('hash-order', 'size_t h = std::hash<std::string>{}(s);'),
    ('hash-order', 'size_t h = absl::HashOf(a, b);'),
    ('address-order', 'std::map<Host*, int> counts;'),
    ('address-order', 'std::set<const Host*> seen;'),
    ('address-order', 'std::sort_by<int>(std::less<Host*>());'),
    ('address-order', 'auto n = reinterpret_cast<uintptr_t>(p);'),
    ('address-order', 'auto s = fmt::format("{}", fmt::ptr(p));'),
    ('sort', 'std::sort(v.begin(), v.end(), byName);'),
    ('sort', 'std::ranges::sort(v, {}, &Host::weight);'),
    ('sort', 'std::nth_element(v.begin(), v.begin() + 1, v.end());'),
    ('two-draws', 'f(random.below(3), random.below(4));'),
    ('two-draws', 'f(a, g(run.choose(kSite, 2)), run.choose(kSite, 3));'),
    ('two-draws', 'auto x = random.bits() + random.bits();'),
    ('two-draws', 'auto x = (random.below(3) << 8) ^ random.below(9);'),
    ('two-draws', 'Range r(prng.next(), prng.next());'),
    ('two-draws', 'log(emitFirst(a), emitSecond(b));'),
    ('shared-state', 'static int calls = 0;'),
    ('shared-state', '  static std::vector<std::string> cache;'),
    ('shared-state', 'inline static Pool* pool{nullptr};'),
]

# Legal, although it looks like a breach.
LEGAL = '''
// std::thread, rand() and getenv("X") in a comment are words
/* std::mutex m; */
const char* text = "std::thread std::mutex printf( thread_local";
const char* raw = R"(std::cout << rand())";
virtual TimePoint time() const = 0;
auto t = clock.time();
virtual Random& random() = 0;
uint64_t r = env.random().bits();
Status connect(const Address& to);
stream->connect(to);
stream.write(slices);
void listen(Address at);
std::optional<int> read(std::span<char> to);
void sleep(Duration d);
dispatcher.post([] {});
using Clock = io::Clock;
bool operand(int x);
int strand(int x);
auto q = queue.poll();
static constexpr int kLimit = 3;
static const char* const kNames[] = {"a"};
static int helper(int x);
static std::string join(const std::string& a) {
static_assert(sizeof(int) == 4);
template <> struct std::hash<Key> { size_t operator()(const Key& k) const { return k.n; } };
std::map<int, Host*> hosts;
std::stable_sort(v.begin(), v.end(), byName);
std::sort(names.begin(), names.end());
std::ranges::sort(names);
for (const auto& [name, host] : sorted(hosts_)) use(host);
for (const auto& host : list_) use(host);
auto found = hosts_.find(name);
auto x = random.below(random.below(7) + 1);
auto y = yes ? random.below(3) : random.below(4);
const Pair pair{random.below(3), random.below(4)};
if (random.ratio(1, 2) && random.ratio(1, 3)) f();
f(random.below(3)); f(random.below(4));
double d = std::floor(x) + std::abs(y) + std::sqrt(z);
logger.log(x); table.exp(y);
'''


class Seam(CheckTest):
    check = 'check-seam'

    def test_reports_every_planted_breach_with_its_line(self):
        for rule, line in BREACHES:
            with self.subTest(line=line):
                found = self.run_check({'proxy/net/n.cc': f'#include <vector>\n\n{line}\n'})
                self.assertIn(('proxy/net/n.cc', 3, rule), found)
                self.assertEqual({n for _, n, _ in found}, {3})

    def test_every_rule_has_a_planted_breach(self):
        rules = set(re.findall(r"^    \('([\w-]+)', ", repository('ci/check-seam'), re.M)) | {'sort', 'two-draws', 'shared-state'}
        self.assertEqual({rule for rule, _ in BREACHES}, rules)

    def test_is_silent_on_what_only_looks_like_a_breach(self):
        self.assertClean({'sim/net/n.cc': 'std::unordered_map<int, Host*> hosts_;\n' + LEGAL})

    def test_guards_proxy_sim_replay_and_fuzz_but_not_the_mains(self):
        breach = 'std::thread t;\n'
        files = {f'{folder}/x.cc': breach for folder in ('proxy/net', 'sim/core', 'replay/format', 'fuzz', 'proxy/io_asio', 'proxy/main', 'cli', 'tests/unit')}
        self.assertEqual({p for p, _, _ in self.run_check(files)}, {'proxy/net/x.cc', 'sim/core/x.cc', 'replay/format/x.cc', 'fuzz/x.cc'})

    def test_reports_a_walk_over_a_hash_container(self):
        loops = {
            'for (const auto& e : hosts_) use(e);': 'std::unordered_map<std::string, Host> hosts_;',
            'for (auto& e : this->hosts_) use(e);': 'std::unordered_set<int> hosts_;',
            'for (auto& [k, v] : pool.hosts()) use(k);': 'const std::unordered_map<int, std::vector<int>>& hosts() const;',
            'for (auto it = hosts_.begin(); it != hosts_.end(); ++it) use(*it);': 'absl::flat_hash_map<int, int> hosts_;',
            'for (auto& e : table) use(e);': 'using Table = std::unordered_map<int, int>;\nTable table;',
        }
        for loop, declaration in loops.items():
            with self.subTest(loop=loop):
                here = f'{declaration}\n{loop}\n'
                self.assertEqual(self.run_check({'proxy/net/n.cc': here}), [('proxy/net/n.cc', here.count('\n'), 'hash-order')])
                there = {'proxy/net/n.h': f'#pragma once\n{declaration}\n', 'proxy/net/n.cc': f'#include "proxy/net/n.h"\n\n{loop}\n'}
                self.assertEqual(self.run_check(there), [('proxy/net/n.cc', 3, 'hash-order')])

    def test_reports_a_walk_over_a_map_of_a_message(self):
        self.assertEqual(self.run_check({'proxy/config/c.cc': 'for (const auto& f : message.fields()) use(f);\n'}), [('proxy/config/c.cc', 1, 'hash-order')])
        self.assertClean({'proxy/config/c.cc': 'for (const auto* f : sorted(message.fields())) use(f);\n'})

    def test_allows_a_line_with_its_reason(self):
        files = {'proxy/net/n.cc': 'std::thread t;\n', 'ci/seam-allow.txt': '# why\nproxy/net/n.cc | thread | std::thread t | a reason\n'}
        self.assertClean(files)

    def test_an_entry_covers_only_its_file_rule_and_words(self):
        for entry in ('proxy/io/n.cc | thread | std::thread t | r', 'proxy/net/n.cc | clock | std::thread t | r', 'proxy/net/n.cc | thread | std::thread u | r'):
            found = self.run_check({'proxy/net/n.cc': 'std::thread t;\n', 'ci/seam-allow.txt': entry + '\n'})
            self.assertEqual(found, [('ci/seam-allow.txt', 1, 'allow'), ('proxy/net/n.cc', 1, 'thread')])

    def test_reports_an_entry_without_reason_or_use(self):
        allow = 'proxy/net/n.cc | thread | x |\nproxy/net/n.cc | thread | x | r\n'
        self.assertEqual(self.run_check({'ci/seam-allow.txt': allow}), [('ci/seam-allow.txt', 1, 'allow'), ('ci/seam-allow.txt', 2, 'allow')])


if __name__ == '__main__':
    unittest.main()
