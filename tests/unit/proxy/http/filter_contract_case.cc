#include "tests/unit/proxy/http/filter_contract_case.h"

namespace orrery::http::contract {

namespace {

Way anyWay(Dice& dice) {
  Way way;
  way.headers = static_cast<Way::Headers>(dice.below(5));
  way.data = static_cast<Way::Data>(dice.below(3));
  way.holdsTrailers = dice.one(3);
  way.appends = dice.one(3);
  way.addsTrailer = dice.one(4);
  return way;
}

void keepMoving(Way& way) {
  way.headers = Way::Headers::kGoOn;
  way.data = Way::Data::kGoOn;
  way.holdsTrailers = false;
}

std::vector<std::string> anyBody(Dice& dice, char letter) {
  std::vector<std::string> pieces(dice.below(4));
  for (auto& piece : pieces) piece.assign(1 + dice.below(40), letter++);
  return pieces;
}

}  // namespace

Case anyCase(Dice& dice) {
  Case c;
  const uint32_t count = 1 + dice.below(4);
  for (uint32_t i = 0; i < count; ++i) {
    Planned f;
    f.mark = "<" + std::to_string(i) + ">";
    f.decode = anyWay(dice);
    f.encode = anyWay(dice);
    c.filters.push_back(std::move(f));
  }
  // One buffer serves all filters of a direction, as in Envoy: what one holds goes on when another one resumes. So only
  // one of them holds.
  const uint32_t decoder = dice.below(count);
  const uint32_t encoder = dice.below(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (i != decoder) keepMoving(c.filters[i].decode);
    if (i != encoder) keepMoving(c.filters[i].encode);
  }
  if (dice.one(3)) {
    Planned& actor = c.filters[dice.below(count)];
    actor.deed = dice.one(2) ? Deed::kReset : Deed::kReply;
    actor.place = static_cast<Place>(dice.below(5));
  } else if (dice.one(4)) {
    c.recreateAt = static_cast<int>(decoder);
  }
  c.request = anyBody(dice, 'a');
  c.requestTrailers = !c.request.empty() && dice.one(3);
  c.response = anyBody(dice, 'A');
  c.responseTrailers = !c.response.empty() && dice.one(3);
  for (Planned& filter : c.filters) {
    filter.goesOn = dice.one(2);
    filter.decode.putsIntoBuffer = dice.one(4);
    filter.encode.putsIntoBuffer = dice.one(4);
  }
  c.recreateInside = dice.one(2);
  return c;
}

}  // namespace orrery::http::contract
