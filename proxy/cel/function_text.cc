#include <algorithm>

#include "proxy/cel/code_points.h"
#include "proxy/cel/function.h"

// Functions of texts.
namespace orrery::cel {

namespace {

using Style = Function::Style;
constexpr auto kExtra = Function::Needs::kStringFunctions;

// The texts that the first arguments are, if all of them are.
template <size_t N>
struct Texts {
  std::string_view is[N];
  bool all = true;
  explicit Texts(Arguments args) {
    for (size_t i = 0; i < N; ++i) {
      const auto* text = std::get_if<Text>(&args[i]);
      if (text == nullptr) all = false;
      if (text != nullptr) is[i] = text->is;
    }
  }
};

// The whole number behind the others; `otherwise` where there is none. Nothing: it is none.
std::optional<int64_t> wholeAt(Arguments args, size_t place, int64_t otherwise) {
  if (place >= args.size()) return otherwise;
  const auto* whole = std::get_if<int64_t>(&args[place]);
  return whole != nullptr ? std::optional(*whole) : std::nullopt;
}

Value sizeOf(Arguments args, Scratch&) {
  const auto counted = [](size_t count) { return Value(static_cast<int64_t>(count)); };
  if (const auto* text = std::get_if<Text>(&args[0])) return counted(countCodePoints(text->is));
  if (const auto* bytes = std::get_if<Bytes>(&args[0])) return counted(bytes->is.size());
  if (const auto* list = std::get_if<const List*>(&args[0])) return counted((*list)->items.size());
  if (const auto* map = std::get_if<const Map*>(&args[0])) return counted((*map)->size());
  return {};
}

Value contains(Arguments args, Scratch&) {
  const Texts<2> t(args);
  return t.all ? Value(t.is[0].contains(t.is[1])) : Value();
}
Value startsWith(Arguments args, Scratch&) {
  const Texts<2> t(args);
  return t.all ? Value(t.is[0].starts_with(t.is[1])) : Value();
}
Value endsWith(Arguments args, Scratch&) {
  const Texts<2> t(args);
  return t.all ? Value(t.is[0].ends_with(t.is[1])) : Value();
}

template <char From, int By>
Value shifted(Arguments args, Scratch& scratch) {
  const Texts<1> t(args);
  if (!t.all) return {};
  std::string out(t.is[0]);
  for (char& c : out) {
    if (c >= From && c <= From + 25) c = static_cast<char>(c + By);
  }
  return scratch.text(std::move(out));
}

Value trim(Arguments args, Scratch&) {
  const Texts<1> t(args);
  return t.all ? Value(Text{trimmed(t.is[0])}) : Value();
}

Value reverse(Arguments args, Scratch& scratch) {
  const Texts<1> t(args);
  if (!t.all) return {};
  const auto places = codePointsOf(t.is[0]);
  std::string out;
  for (size_t i = places.size() - 1; i-- > 0;) out += t.is[0].substr(places[i], places[i + 1] - places[i]);
  return scratch.text(std::move(out));
}

// The characters from `first` to before `end`; an error where they are not all there.
Value between(std::string_view text, int64_t first, std::optional<int64_t> end) {
  const auto places = codePointsOf(text);
  const auto count = static_cast<int64_t>(places.size() - 1);
  const int64_t last = end.value_or(count);
  if (first < 0 || first > last || last > count) return {};
  const size_t from = places[static_cast<size_t>(first)];
  return Text{text.substr(from, places[static_cast<size_t>(last)] - from)};
}

Value substring(Arguments args, Scratch&) {
  const Texts<1> t(args);
  const auto first = wholeAt(args, 1, 0);
  if (!t.all || !first) return {};
  if (args.size() == 2) return between(t.is[0], *first, std::nullopt);
  const auto end = wholeAt(args, 2, 0);
  // As Envoy 1.40: the end of the text is out of reach for an end that is named, but of nothing.
  const bool whole = end && *end == static_cast<int64_t>(countCodePoints(t.is[0]));
  return end && (!whole || *first == *end) ? between(t.is[0], *first, end) : Value();
}

Value charAt(Arguments args, Scratch&) {
  const Texts<1> t(args);
  const auto place = wholeAt(args, 1, 0);
  if (!t.all || !place || *place < 0) return {};
  const auto count = static_cast<int64_t>(countCodePoints(t.is[0]));
  if (*place == count) return Text{};
  return *place < count ? between(t.is[0], *place, *place + 1) : Value();
}

// The character from which on the other text stands, looking forward or from behind; -1: it stands nowhere.
Value placeOf(Arguments args, bool fromBehind) {
  const Texts<2> t(args);
  if (!t.all) return {};
  const auto places = codePointsOf(t.is[0]);
  const auto count = static_cast<int64_t>(places.size() - 1);
  const auto begin = wholeAt(args, 2, fromBehind ? count : 0);
  if (!begin || *begin < 0 || *begin > count) return {};
  for (int64_t i = *begin; i >= 0 && i <= count; i += fromBehind ? -1 : 1) {
    if (t.is[0].substr(places[static_cast<size_t>(i)]).starts_with(t.is[1])) return i;
  }
  return int64_t{-1};
}
Value indexOf(Arguments args, Scratch&) { return placeOf(args, false); }
Value lastIndexOf(Arguments args, Scratch&) { return placeOf(args, true); }

// Where the text is cut at `separator`, at most `most` pieces (if not negative); an empty separator cuts between characters.
std::vector<std::string_view> pieces(std::string_view text, std::string_view separator, int64_t most) {
  std::vector<std::string_view> out;
  const auto full = [&] {
    return out.size() > Scratch::kMostItems || (most >= 0 && static_cast<int64_t>(out.size()) + 1 >= most);
  };
  while (!full()) {
    size_t end = text.find(separator);
    if (separator.empty())
      end = endOfCodePoint(text, 0) < text.size() ? endOfCodePoint(text, 0) : std::string_view::npos;
    if (end == std::string_view::npos) break;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  out.push_back(text);
  return out;
}

Value split(Arguments args, Scratch& scratch) {
  const Texts<2> t(args);
  const auto most = wholeAt(args, 2, -1);
  if (!t.all || !most) return {};
  std::vector<Value> items;
  if (*most == 0) return scratch.list(std::move(items));
  for (const std::string_view piece : pieces(t.is[0], t.is[1], *most)) items.emplace_back(Text{piece});
  return scratch.list(std::move(items));
}

Value join(Arguments args, Scratch& scratch) {
  const auto* list = std::get_if<const List*>(&args[0]);
  const auto* separator = args.size() > 1 ? std::get_if<Text>(&args[1]) : nullptr;
  if (list == nullptr || (args.size() > 1 && separator == nullptr)) return {};
  std::string out;
  for (const Value& item : (*list)->items) {
    const auto* text = std::get_if<Text>(&item);
    if (text == nullptr || out.size() > Scratch::kMostText) return {};
    if (&item != (*list)->items.data() && separator != nullptr) out += separator->is;
    out += text->is;
  }
  return scratch.text(std::move(out));
}

Value replace(Arguments args, Scratch& scratch) {
  const Texts<3> t(args);
  const auto most = wholeAt(args, 3, -1);
  if (!t.all || !most) return {};
  const auto [text, from, to] = t.is;
  std::string out;
  int64_t count = 0;
  // Nothing stands before each character and at the end.
  for (size_t at = 0; at <= text.size() && out.size() <= Scratch::kMostText;) {
    const bool here = (*most < 0 || count < *most) && text.substr(at).starts_with(from);
    if (here) {
      out += to;
      ++count;
      at += from.size();
      if (!from.empty()) continue;
    }
    const size_t end = endOfCodePoint(text, at);
    out += text.substr(at, end - at);
    at = end;
  }
  return scratch.text(std::move(out));
}

constexpr Function kTextFunctions[] = {
    {"size", Style::kBoth, 1, sizeOf},
    {"contains", Style::kBoth, 2, contains},
    {"startsWith", Style::kBoth, 2, startsWith},
    {"endsWith", Style::kBoth, 2, endsWith},
    {"lowerAscii", Style::kOfTarget, 1, shifted<'A', 'a' - 'A'>, kExtra},
    {"upperAscii", Style::kOfTarget, 1, shifted<'a', 'A' - 'a'>, kExtra},
    {"trim", Style::kOfTarget, 1, trim, kExtra},
    {"reverse", Style::kOfTarget, 1, reverse, kExtra},
    {"substring", Style::kOfTarget, 2, substring, kExtra},
    {"substring", Style::kOfTarget, 3, substring, kExtra},
    {"charAt", Style::kOfTarget, 2, charAt, kExtra},
    {"indexOf", Style::kOfTarget, 2, indexOf, kExtra},
    {"indexOf", Style::kOfTarget, 3, indexOf, kExtra},
    {"lastIndexOf", Style::kOfTarget, 2, lastIndexOf, kExtra},
    {"lastIndexOf", Style::kOfTarget, 3, lastIndexOf, kExtra},
    {"split", Style::kOfTarget, 2, split, kExtra},
    {"split", Style::kOfTarget, 3, split, kExtra},
    {"join", Style::kOfTarget, 1, join, kExtra},
    {"join", Style::kOfTarget, 2, join, kExtra},
    {"replace", Style::kOfTarget, 3, replace, kExtra},
    {"replace", Style::kOfTarget, 4, replace, kExtra},
};

}  // namespace

std::span<const Function> textFunctions() { return kTextFunctions; }

}  // namespace orrery::cel
