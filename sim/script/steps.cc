#include "sim/script/steps.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "proxy/base/assert.h"
#include "proxy/base/did_you_mean.h"
#include "sim/script/fields.h"
#include "sim/script/pattern.h"
#include "sim/script/problem.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

struct Form {
  std::string_view kind;  // field of the oneof; empty: fields of the message itself
  Pattern pattern;
};

// Order matters only for printing: the first form that says a message whole is taken.
const std::vector<Form>& stepForms() {
  static const std::vector<Form>* forms = [] {
    auto* f = new std::vector<Form>;
    const auto add = [f](std::string_view kind, std::string_view pattern) { f->push_back({kind, Pattern(pattern)}); };
    add("connect", "connect <:addr> [with http2 <http2=true>] [as <name:name>]");
    add("use", "use <connection:name>");
    add("request",
        "[send <no_wait=true>] <method:method> <path:path> [with <headers:headers>] [body <body.text:text>] "
        "[body <body.bytes:size> [byte|bytes]] [chunked <body.chunked=true>] [in <body.parts:number> parts every "
        "<body.every:duration>] [-> <name:name>]");
    add("load",
        "load <connections:number> connection|connections [of <streams:number> stream|streams] [to <:addr>] , "
        "<requests:number> request|requests [about <drawn=true>] [every <every:duration>] , <request.method:method> "
        "<request.path:path> [with "
        "<request.headers:headers>] [body <request.body.bytes:size> [byte|bytes]] [cancelled <cancelled=true>]");
    add("cancel", "cancel <name:name>");
    add("resolve", "resolve <domain:domain> at <server:name> [-> <name:name>]");
    add("expect_change", "expect change of <path:path> within <within:duration>");
    add("wait_for_response", "wait for response [<name:name>] [within <within:duration>]");
    add("wait_until", "wait until <condition:name> [within <within:duration>]");
    add("wait_for_close", "wait for close [within <within:duration>]");
    add("wait_for_close", "expect close within <within:duration> <expected=true>");
    add("expect_bytes", "expect bytes <text:text> [within <within:duration>]");
    add("keep_open", "keep open");
    add("wait", "wait <duration:duration> [, then <then:ending>]");
    add("send_raw", "send raw <text:text> [<times:number> times] [-> <name:name>]");
    add("end", "close <how=CLOSE>");
    add("end", "reset <how=RESET>");
    add("end", "half-close <how=HALF_CLOSE>");
    add("end", "goaway <how=GOAWAY>");
    add("end", "reset-stream <how=RESET_STREAM>");
    add("reading", "stop reading <off=true>");
    add("reading", "read on");
    add("reading", "read <bytes:size> [byte|bytes] every <every:duration>");
    add("accept", "accept");
    add("read_request", "read request");
    add("read_request", "read request head <head_only=true>");
    add("answer",
        "answer <status:status> [<body.text:text>] [body <body.bytes:size> [byte|bytes]] [with <headers:headers>] "
        "[chunked <body.chunked=true>] [in <body.parts:number> parts every <body.every:duration>] [after "
        "<after:duration>] [early <early=true>] [, then <then:ending>]");
    add("inform", "inform <status:status> [with <headers:headers>]");
    add("never_answer", "never answer");
    add("listen", "refuse <off=true>");
    add("listen", "listen");
    add("condition", "begin <name:name>");
    add("condition", "end <name:name> <off=true>");
    return f;
  }();
  return *forms;
}

const std::vector<Form>& faultForms() {
  static const std::vector<Form>* forms = [] {
    auto* f = new std::vector<Form>;
    const auto add = [f](std::string_view kind, std::string_view pattern) { f->push_back({kind, Pattern(pattern)}); };
    // Scope of what a link or a host does for a while, and of single segments.
    const std::string times = " [from <begin:duration>] [to <end:duration>] [while <while:name>]";
    const std::string segments = times + " [matching <matching:enum>] [port <port:number>] [first <first:number>]";
    const auto link = [&](std::string_view pattern) {
      add("", "[maybe <maybe=true>] " + std::string(pattern) + segments);
    };
    link("black hole <:link> <black_hole=true>");
    link("latency <latency.extra:duration> on <:link>");
    link("loss [<loss.ratio:ratio>] on <:link> <loss=true>");
    link("duplicate [<duplicate.ratio:ratio>] on <:link> <duplicate=true>");
    link("reorder [<reorder.ratio:ratio>] on <:link> <reorder=true>");
    link("corrupt [<corrupt.ratio:ratio>] on <:link> <corrupt=true>");
    link("reset on <:link> <reset=true>");
    link("partition <partition.host:name> [inbound <partition.direction=INBOUND>]");
    link("partition <partition.host:name> outbound <partition.direction=OUTBOUND>");
    add("",
        "[maybe <maybe=true>] crash <crash.host:name> at <begin:duration> [, restart after "
        "<crash.restart_after:duration>]");
    add("", "[maybe <maybe=true>] pause <pause.host:name>" + times);
    add("",
        "slow reader <slow_reader.host:name> <slow_reader.bytes:size> [byte|bytes] every <slow_reader.every:duration>" +
            times);
    add("",
        "[maybe <maybe=true>] short reads of <short_reads.bytes:size> [byte|bytes] on <short_reads.host:name>" + times);
    add("", "[maybe <maybe=true>] short writes of <short_writes.bytes:size> [byte|bytes] on <short_writes.host:name>" +
                times);
    add("", "[maybe <maybe=true>] would block [<would_block.ratio:ratio>] on <would_block.host:name>" + times);
    add("", "descriptors of <descriptors.host:name> limited to <descriptors.limit:number>" + times);
    add("",
        "[maybe <maybe=true>] clock of <clock_step.host:name> steps forward <clock_step.by:duration> at "
        "<begin:duration>");
    add("",
        "[maybe <maybe=true>] clock of <clock_step.host:name> steps back <clock_step.by:duration> "
        "<clock_step.back=true> at "
        "<begin:duration>");
    add("",
        "[maybe <maybe=true>] file <file_change.path:path> of <file_change.host:name> becomes "
        "<file_change.content:text> at "
        "<begin:duration>");
    for (const auto& [word, name] :
         {std::pair("SIGTERM", "TERM"), {"SIGINT", "INT"}, {"SIGHUP", "HUP"}, {"SIGUSR1", "USR1"}}) {
      add("", std::string("[maybe <maybe=true>] signal ") + word +
                  " to <signal.host:name> at <begin:duration> <signal.name=" + name + ">");
    }
    const std::string asked =
        " [for <dns.name:domain>] [from <begin:duration>] [to <end:duration>] [first <first:number>]";
    add("", "dns of <dns.host:name> answers <dns.late:duration> late" + asked);
    add("", "dns of <dns.host:name> <dns.does:failure>" + asked);
    return f;
  }();
  return *forms;
}

const std::vector<Form>& nameForms() {
  static const std::vector<Form>* forms = [] {
    auto* f = new std::vector<Form>;
    for (const char* type : {"CNAME", "AAAA", "A"}) {
      f->push_back({"", Pattern("<name:domain> " + std::string(type) +
                                " <value:domain> [ttl <ttl:duration>] [from <begin:duration>] "
                                "[to <end:duration>] <type=" +
                                type + ">")});
    }
    return f;
  }();
  return *forms;
}

constexpr std::string_view kStanding = "from then on, ";

bool isStep(const Message& message) { return message.GetDescriptor()->name() == "Step"; }

const std::vector<Form>& formsOf(std::string_view messageName) {
  if (messageName == "Step") return stepForms();
  return messageName == "NameRecord" ? nameForms() : faultForms();
}
const std::vector<Form>& formsOf(const Message& message) { return formsOf(message.GetDescriptor()->name()); }

std::string_view wordFor(const Message& message) {
  if (isStep(message)) return "step";
  return message.GetDescriptor()->name() == "NameRecord" ? "record of a name" : "fault";
}

// The message that a form's paths are relative to.
Message* targetOf(const Form& form, Message& message) {
  if (form.kind.empty()) return &message;
  return message.GetReflection()->MutableMessage(&message,
                                                 message.GetDescriptor()->FindFieldByName(std::string(form.kind)));
}

std::string expectedForms(const std::vector<std::string>& words, const std::vector<Form>& forms,
                          std::string_view what) {
  std::string usages;
  std::vector<std::string_view> verbs;
  for (const Form& form : forms) {
    for (const std::string& first : form.pattern.firstWords()) {
      verbs.push_back(first);
      if (first != words[0] && !(first == "get" && isMethod(words[0]))) continue;
      usages += (usages.empty() ? "`" : " or `") + form.pattern.usage() + "`";
      break;
    }
  }
  if (!usages.empty()) return "expected " + usages;
  if (verbs.empty()) {
    for (const Form& form : forms) usages += (usages.empty() ? "`" : " or `") + form.pattern.usage() + "`";
    return "expected " + usages;
  }
  return "expected a " + std::string(what) + ", none of which begins with '" + words[0].substr(0, 60) + "'" +
         didYouMean(words[0], verbs);
}

// Where a form takes a duration and a number stands, what is missing is its unit.
std::string_view unitMissing(std::string_view expected, std::string_view word) {
  if (expected.find("DURATION") == std::string_view::npos || word.find_first_of("0123456789") != 0) return "";
  return parseDuration(word) ? "" : "; a DURATION is a number with one of ns, us, ms, s, m, h";
}

// Where a form takes a name and a word of expectations stands, why it is none.
std::string wordTaken(std::string_view before, const std::string& word) {
  constexpr std::string_view kBeforeNames[] = {"->",    "as",  "use",   "cancel", "response",
                                               "begin", "end", "until", "while"};
  const bool named = std::find(std::begin(kBeforeNames), std::end(kBeforeNames), before) != std::end(kBeforeNames);
  return named && isReserved(word) ? "; a NAME cannot be '" + word + "', which is a word of expectations" : "";
}

}  // namespace

std::expected<void, std::string> parseShort(std::string_view text, Message& out) {
  out.Clear();
  const bool standing = isStep(out) && text.starts_with(kStanding);
  const std::string shown(text.substr(0, 120));
  if (standing) text.remove_prefix(kStanding.size());
  std::string why;
  const auto words = splitWords(text, &why);
  if (!words) return std::unexpected(why);
  if (words->empty()) return std::unexpected("expected a " + std::string(wordFor(out)) + ", found an empty text");
  size_t furthest = 0;
  for (const Form& form : formsOf(out)) {
    std::unique_ptr<Message> candidate(out.New());
    size_t reached = 0;
    const bool matched = form.pattern.parse(*words, *targetOf(form, *candidate), reached);
    furthest = std::max(furthest, reached);
    if (!matched) continue;
    out.CopyFrom(*candidate);
    if (standing) setConstant(out, "from_then_on", "true");
    return {};
  }
  std::string message = expectedForms(*words, formsOf(out), wordFor(out)) + ", found `" + shown + "`";
  if (furthest > 0 && furthest < words->size()) {
    message += " (up to '" + (*words)[furthest] + "'";
    message += unitMissing(message, (*words)[furthest]);
    message += wordTaken((*words)[furthest - 1], (*words)[furthest]);
    message += ")";
  }
  if (furthest == words->size()) message += " (something is missing at the end)";
  return std::unexpected(message);
}

std::optional<std::string> printShort(const Message& message) {
  for (const Form& form : formsOf(message)) {
    const Message* target = &message;
    if (!form.kind.empty()) {
      const auto* field = message.GetDescriptor()->FindFieldByName(std::string(form.kind));
      if (!message.GetReflection()->HasField(message, field)) continue;
      target = &message.GetReflection()->GetMessage(message, field);
    }
    auto text = form.pattern.print(*target);
    if (!text) continue;
    if (isStep(message) && hasConstant(message, "from_then_on", "true")) text->insert(0, kStanding);
    std::unique_ptr<Message> back(message.New());
    if (parseShort(*text, *back) && google::protobuf::util::MessageDifferencer::Equals(message, *back)) return text;
  }
  return std::nullopt;
}

bool hasShortForm(std::string_view messageName) {
  return messageName == "Step" || messageName == "Fault" || messageName == "NameRecord" || messageName == "Expectation";
}

std::vector<std::string> shortForms(std::string_view messageName) {
  std::vector<std::string> out;
  for (const Form& form : formsOf(messageName)) out.push_back(form.pattern.usage());
  return out;
}

}  // namespace orrery::script
