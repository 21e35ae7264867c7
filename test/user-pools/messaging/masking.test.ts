import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskEmail, maskPhone } from '../../../src/user-pools/messaging/masking.ts';

const emails = {
  'jane@example.com': 'j***@e***',
  'j@e.co': 'j***@e***',
  'a.very.long.name+tag@sub.domain.example.org': 'a***@s***',
  '"odd@local"@example.com': '"***@e***',
  'ünal@größe.de': 'ü***@g***',
  '𝒥ane@example.com': '𝒥***@e***',
};

const phones = {
  '+15551231234': '+*******1234',
  '+4915112345678': '+*********5678',
  '+12345': '+*2345',
  '+1234': '+1234',
};

for (const [email, masked] of Object.entries(emails)) test(email, () => assert.equal(maskEmail(email), masked));
for (const [phone, masked] of Object.entries(phones)) test(phone, () => assert.equal(maskPhone(phone), masked));
