#include "proxy/main/log_sink.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string_view>
#include <utility>

namespace orrery::main {

namespace {

using events::LogLevel;

spdlog::level::level_enum levelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return spdlog::level::trace;
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
    case LogLevel::kCritical: return spdlog::level::critical;
  }
  return spdlog::level::critical;
}

// " worker=0 peer=127.0.0.1:4711"
struct FieldsText {
  void number(std::string_view name, uint64_t value) { add(name, std::to_string(value)); }
  void bytes(std::string_view name, std::string_view value) { add(name, value); }
  void add(std::string_view name, std::string_view value) {
    text += ' ';
    text += name;
    text += '=';
    // Peers choose some of these bytes: nothing may end a line or hide in a terminal's control sequence.
    for (const char c : value) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  std::string text;
};

class LogSink final : public events::Sink {
 public:
  LogSink(std::optional<LogLevel> level, spdlog::sink_ptr sink)
      : Sink(level == LogLevel::kTrace), logger_("orrery", std::move(sink)) {
    logger_.set_pattern("[%Y-%m-%d %T.%e][%t][%l]%v");
    logger_.set_level(level ? levelOf(*level) : spdlog::level::off);
    logger_.flush_on(spdlog::level::trace);  // lines are few, and the last ones before a crash matter most
  }

  void emit(const events::ConnectionAccepted& e) override { trace(e); }
  void emit(const events::ConnectionClosed& e) override { trace(e); }
  void emit(const events::RequestStarted& e) override { trace(e); }
  void emit(const events::RequestFinished& e) override { trace(e); }
  void emit(const events::AttemptStarted& e) override { trace(e); }
  void emit(const events::AttemptFinished& e) override { trace(e); }
  void emit(const events::UpstreamConnected& e) override { trace(e); }
  void emit(const events::UpstreamClosed& e) override { trace(e); }

  void log(LogLevel level, std::string_view component, std::string_view message) override {
    logger_.log(levelOf(level), "[{}] {}", component, message);
  }

 private:
  template <class Event>
  void trace(const Event& e) {
    FieldsText fields;
    e.fields(fields);
    logger_.trace("[event] {}{}", Event::kName, fields.text);
  }

  spdlog::logger logger_;
};

}  // namespace

Result<std::unique_ptr<events::Sink>> newLogSink(std::optional<LogLevel> level, const std::string& path) {
  try {
    spdlog::sink_ptr sink;
    if (path.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    }
    return std::make_unique<LogSink>(level, std::move(sink));
  } catch (const spdlog::spdlog_ex& e) {
    return makeError("--log-path: " + std::string(e.what()));
  }
}

}  // namespace orrery::main
