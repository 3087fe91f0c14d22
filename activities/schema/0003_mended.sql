-- A message that could not be read is mended by an official and sent again; what was received stays as it was.
alter table rejected
    add column mended_at timestamptz,
    add column mended_by text,
    add column mended_as text;                  -- id of the command that it became
