#pragma once

// A dictionary of zstd of 300 bytes with the number 557411661, trained on texts about planets and proxies; in base64, as
// inline_bytes of a configuration has it.
#define ZSTD_DICTIONARY                                                                                  \
  "N6Qw7E1tOSElEMgKkub///////+XtzZqieTWGgcGIfx/lu2lJdtKn5ALJkIIobMAACAiNlWrHgAAAASgAIUgSkViv4dFWhQ0hhBA" \
  "gEIAAAAAAAAAAAAAAAAAlLtIOiAAAAAAAAAAAAAAAAAAAQAAAAQAAAAIAAAAdCI6Im9ycmVyeSB1cHN0cmVhbSBjbG9jayBjbG9j" \
  "ayBwbGFuZXQgcHJveHkgcGxhbmVyZXRyeSBjbG9jayBoZWFkZXIgb3JyZXJ5IHJldHJ5IHByb3h5IHJldHJ5IGhlYWRlcnRleHQi" \
  "OiJjbHVzdGVyIHByb3h5IHN0YXR1cyBzdGF0dXMgcmV0cnkgcGxhbmV0IHBsZXIgY2x1c3RlciBjbG9jayBwcm94eSBvcnJlcnkg"
